package org.signonflow.process;

import java.util.List;

/** Input that cannot be accepted. The message has a sentence for each field; REST answers with 400. */
public class InvalidInput extends RuntimeException {

    public InvalidInput(List<String> sentences) {
        super(String.join(" ", sentences));
    }
}
