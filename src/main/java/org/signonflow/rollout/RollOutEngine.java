package org.signonflow.rollout;

/** Carries out roll-outs. */
public interface RollOutEngine {

    /**
     * Starts a roll-out on behalf of whoever is logged in.
     *
     * @param fileName the list's file name, for display
     * @return the id of the roll-out
     * @throws NotAllowedException  if they are not allowed to
     * @throws BeyondLimitException if they or an environment have reached the limit of open requests
     */
    String start(String fileName, byte[] list, Settings settings);

    /** The user is not allowed to do this. */
    class NotAllowedException extends RuntimeException {

        public NotAllowedException(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Too many requests are open already; the message says for whom. */
    class BeyondLimitException extends RuntimeException {

        public BeyondLimitException(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }
}
