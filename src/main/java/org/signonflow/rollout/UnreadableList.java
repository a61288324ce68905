package org.signonflow.rollout;

import java.io.IOException;

/** The list cannot be read any further. An {@link IOException} so that it passes through streams and parsers unchanged. */
final class UnreadableList extends IOException {

    private final int line;

    UnreadableList(int line, String sentence) {
        super(sentence);
        this.line = line;
    }

    int line() {
        return line;
    }
}
