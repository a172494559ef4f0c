package io.flotilla.lab;

/** Something that happened in the terms of the problem: elected, entered, decided. */
public interface Event {}
