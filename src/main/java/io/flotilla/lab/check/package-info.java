/**
 * Judges runs: {@link io.flotilla.lab.check.Property properties} are named folds over what
 * happened; {@link io.flotilla.lab.check.Runner} makes one run and gives its verdicts; {@link
 * io.flotilla.lab.check.Search} tries seeds, {@link io.flotilla.lab.check.Explorer} every choice of
 * a small world; {@link io.flotilla.lab.check.Shrinker} shortens a failing run; {@link
 * io.flotilla.lab.check.Linearizability} judges histories of operations.
 */
package io.flotilla.lab.check;
