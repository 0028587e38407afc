#!/usr/bin/env node
// The command `rekey`: all of it is native.
import binding from '../binding.cjs'

process.exitCode = binding.run(['rekey', ...process.argv.slice(2)])
