package org.signonflow.process;

import java.util.List;

/** What somebody sent cannot be accepted. The message has a sentence for each field; REST answers it with 400. */
public class InvalidInput extends RuntimeException {

    public InvalidInput(List<String> sentences) {
        super(String.join(" ", sentences));
    }
}
