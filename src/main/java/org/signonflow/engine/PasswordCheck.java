package org.signonflow.engine;

import java.util.Optional;
import java.util.function.Supplier;

/** What stands before every look at a password, whoever asks for it: logins, whoever changes his own, and the engine's own interface. */
@FunctionalInterface
public interface PasswordCheck {

    /**
     * Looks whether a password is right, or refuses to look.
     *
     * @param user     who is said to have it; may be nobody's name, and null
     * @param password looks, at most once; its answer is the right password in its stored, salted form, empty where another was given
     * @throws jakarta.ws.rs.WebApplicationException where it refuses
     */
    boolean check(String user, Supplier<Optional<String>> password);
}
