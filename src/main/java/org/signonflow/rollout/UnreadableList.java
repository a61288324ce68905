package org.signonflow.rollout;

import java.io.IOException;

/** Where the list cannot be read any further. An {@link IOException} so that it comes out of streams and parsers as it is. */
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
