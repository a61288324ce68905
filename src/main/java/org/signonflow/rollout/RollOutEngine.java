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

    /**
     * Starts the undo of a completed roll-out on behalf of whoever is logged in.
     *
     * @param lines           the rows to undo, such as {@code 3, 17-20}; null for all
     * @param keepApplication whether to leave the applications that it created
     * @param reason          why; null if nothing was said
     * @return the id of the undo, a roll-out itself
     * @throws NotAllowedException if they are not allowed to
     */
    String undo(String rollOutId, String lines, boolean keepApplication, String reason);

    /**
     * Rolls back a roll-out that has not ended; of an undo, what has not been undone stays in effect. Operators may do this with each,
     * requesters with their own as long as nothing of it can take effect.
     *
     * @throws NotAllowedException  if they are not allowed to
     * @throws NotPossibleException if it has ended, or is just going on
     */
    void rollBack(RollOut rollOut);

    /** Where the roll-out stands does not allow this. */
    class NotPossibleException extends RuntimeException {

        public NotPossibleException(String message) {
            super(message);
        }
    }

    /** The user is not allowed to do this. */
    class NotAllowedException extends RuntimeException {

        public NotAllowedException(Throwable cause) {
            this(cause.getMessage(), cause);
        }

        public NotAllowedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Too many requests are open already; the message says for whom. */
    class BeyondLimitException extends RuntimeException {

        public BeyondLimitException(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }
}
