package org.signonflow.process;

/** A list from PingOne lacks an object that was created: it was removed, or PingOne does not show it yet. */
public class MissingInPingOne extends RuntimeException {

    private final String pingOneId;

    /** @param message for people, in case it does not appear */
    public MissingInPingOne(String pingOneId, String message) {
        super(message);
        this.pingOneId = pingOneId;
    }

    public String pingOneId() {
        return pingOneId;
    }
}
