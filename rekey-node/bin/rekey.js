#!/usr/bin/env node
// The command `rekey`, which is entirely native.
import binding from '../binding.cjs'

process.exitCode = binding.run(['rekey', ...process.argv.slice(2)])
