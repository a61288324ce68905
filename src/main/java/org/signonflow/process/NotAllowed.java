package org.signonflow.process;

/** Who is logged in may not do this. The message is a sentence; REST answers it with 403. */
public class NotAllowed extends RuntimeException {

    public NotAllowed(String sentence) {
        super(sentence);
    }
}
