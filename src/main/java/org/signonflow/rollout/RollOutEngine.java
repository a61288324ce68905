package org.signonflow.rollout;

/** What carries roll-outs out. */
public interface RollOutEngine {

    /**
     * Starts a roll-out on behalf of whoever is logged in.
     *
     * @param fileName the name of the list's file, for people
     * @return the id of the roll-out
     * @throws NotAllowedException  if they may not
     * @throws BeyondLimitException if they, or an environment, have as much under way as may be
     */
    String start(String fileName, byte[] list, Settings settings);

    /** Who is logged in may not do this. */
    class NotAllowedException extends RuntimeException {

        public NotAllowedException(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Too much is under way already; the message says for whom. */
    class BeyondLimitException extends RuntimeException {

        public BeyondLimitException(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }
}
