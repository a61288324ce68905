package org.signonflow.process;

/** A list that PingOne gave lacks something that was made: it was removed, or PingOne does not show it yet. */
public class MissingInPingOne extends RuntimeException {

    private final String pingOneId;

    /** @param message for people, should it stay so */
    public MissingInPingOne(String pingOneId, String message) {
        super(message);
        this.pingOneId = pingOneId;
    }

    public String pingOneId() {
        return pingOneId;
    }
}
