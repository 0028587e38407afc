// The types of `import`: those of `require`.
export * from './index.cjs'
