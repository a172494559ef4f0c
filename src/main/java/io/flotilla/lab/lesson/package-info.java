/**
 * The lessons: for each algorithm a scenario with its faults, the properties that must hold, and
 * mutants with one wrong rule each. {@link io.flotilla.lab.lesson.Lessons} lists them.
 */
package io.flotilla.lab.lesson;
