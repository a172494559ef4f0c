package io.flotilla.lab;

/** What happened, in terms of the problem: elected, entered, decided. */
public interface Event {}
