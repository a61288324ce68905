package org.signonflow.security.login;

import org.signonflow.change.PlainText;
import org.signonflow.security.SingleSignOn;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What the provider says of a person, or of a program with a token of its own.
 *
 * @param id     the token's subject, which never changes, unlike names
 * @param email  null if it is not known, or if the provider does not vouch for it
 * @param groups ours, as the provider's map to them
 * @param saidAt when the provider said so
 */
record Person(String id, String issuer, String firstName, String lastName, String email, Set<String> groups, Instant saidAt) {

    /** Whatever stays one segment of a path, and fits into the engine's tables. */
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.@|+-]{0,63}");
    private static final int LONGEST_NAME = 255;

    /** @throws NotAdmitted if the claims do not say who this is, or in which groups */
    static Person of(Map<String, Object> claims, Instant saidAt, String issuer, SingleSignOn signOn) {
        if (!(claims.get("sub") instanceof String id) || !ID.matcher(id).matches()) {
            throw new NotAdmitted("sub: the provider's id of this account must be 1 to 64 letters, digits or _ . @ | + -, "
                + "beginning with a letter or digit.");
        }
        if (id.equalsIgnoreCase(signOn.settings().breakGlass())) {
            throw new NotAdmitted("sub: the provider's id of this account is that of the break-glass user here.");
        }
        String claim = signOn.settings().groupsClaim();
        if (!(claims.get(claim) instanceof Collection<?> said)) {
            throw new NotAdmitted("%s: the provider must say in this claim, as a list, which groups an account is in."
                .formatted(claim));
        }
        Set<String> groups = new TreeSet<>();
        signOn.settings().groups().forEach((group, names) -> {
            if (names.stream().anyMatch(said::contains)) {
                groups.add(group);
            }
        });
        String first = text(claims, "given_name");
        String last = text(claims, "family_name");
        if (first.isEmpty() && last.isEmpty()) {
            first = text(claims, "name").isEmpty() ? text(claims, "preferred_username") : text(claims, "name");
        }
        String email = Boolean.FALSE.equals(claims.get("email_verified")) ? "" : text(claims, "email");
        return new Person(id, issuer, first, last, email.isEmpty() ? null : email, groups, saidAt);
    }

    /** On pages; the id if the provider gives no name. */
    String name() {
        String name = (firstName + " " + lastName).strip();
        return name.isEmpty() ? id : name;
    }

    /** A name is shown to others: as a single line, without what would change how it or its surroundings read. */
    private static String text(Map<String, Object> claims, String claim) {
        String said = claims.get(claim) instanceof String text ? text.replaceAll("[\\s\\p{Z}]+", " ").strip() : "";
        String line = PlainText.notOneLine(said).isEmpty() ? said : PlainText.oneLine(said);
        return PlainText.notOneLine(line).isEmpty() ? PlainText.cut(line, LONGEST_NAME) : "";
    }
}
