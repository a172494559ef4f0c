package io.flotilla.post;

import io.flotilla.wire.Message;
import java.util.List;

/** What leaves for another node at a time. */
record Letters(List<Letter> letters) implements Message {}
