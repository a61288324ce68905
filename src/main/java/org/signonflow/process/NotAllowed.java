package org.signonflow.process;

/** The logged-in user may not do this. The message is a sentence; REST answers with 403. */
public class NotAllowed extends RuntimeException {

    public NotAllowed(String sentence) {
        super(sentence);
    }
}
