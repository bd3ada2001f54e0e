/** Optional dependencies that a locked package names and the lock does not hold. */
export function findMissing(packages) {
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {}, dev: isDev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !(`${place}/node_modules/${name}` in packages) && !(`node_modules/${name}` in packages))
      .map(([name, version]) => ({ name, version, isDev })),
  );
}
