package org.signonflow.engine;

import java.util.Optional;
import java.util.function.Supplier;

/** Wraps every password verification: for logins, for users who change their own password, and in the engine's own API. */
public interface PasswordCheck {

    /**
     * Verifies a password, or refuses to.
     *
     * @param user     the claimed user; may not exist, and may be null
     * @param password verifies the password, called at most once; returns the stored, salted password if it is correct, empty otherwise
     * @throws jakarta.ws.rs.WebApplicationException if it refuses
     */
    boolean check(String user, Supplier<Optional<String>> password);

    /**
     * Whether the user may have a password. Those who may not are known to an identity provider, which decides what groups they are in and
     * which id they have.
     */
    boolean accepts(String user);
}
