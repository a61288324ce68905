package org.signonflow.change;

import org.signonflow.change.SecondLook;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * An input variable and its allowed values.
 *
 * @param fallback the default value; null for none
 * @param check    returns what is wrong with a given text, or null
 */
public record Field(String name, boolean required, String fallback, Function<String, String> check) {

    /** PingOne documents no limit for names; this keeps them readable in Cockpit and well below the engine's 4,000 characters. */
    public static final int LONGEST_NAME = 256;
    /** The length of the engine's column. */
    public static final int LONGEST_KEY = 255;
    public static final int LONGEST_TEXT = 1_000;
    /** The longest string that the engine stores. */
    public static final int LONGEST_LIST = 4_000;

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    /** PingOne API reference, Sign-on policies, and Ping's own provider. Older documents also allow spaces, which are now refused. */
    private static final Pattern POLICY_NAME = Pattern.compile("[a-zA-Z0-9_.-]+|[a-zA-Z][a-zA-Z0-9+.-]*://[\\x21-\\x39\\x3B-\\x7E]+");
    private static final Pattern MOBILE_ID = Pattern.compile("[a-zA-Z0-9_.-]+");
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x2B\\x2D-\\x5B\\x5D-\\x7E]+");
    private static final int LARGEST_PORT = 65_535;

    public static Field required(String name, Function<String, String> check) {
        return new Field(name, true, null, check);
    }

    public static Field optional(String name, String fallback, Function<String, String> check) {
        return new Field(name, false, fallback, check);
    }

    /** What is wrong with the value, as a sentence beginning with the field's name, or null. */
    public String problem(Object value) {
        if (!(value == null || value instanceof String || value instanceof Number || value instanceof Boolean)) {
            return "%s: must be a string, number or boolean.".formatted(name);
        }
        String text = value == null ? "" : value.toString();
        return complaint(text).map(complaint -> "%s: %s".formatted(name, complaint)).orElse(null);
    }

    /** What is wrong with a text, as the rest of that sentence. */
    public Optional<String> complaint(String text) {
        if (text.isBlank()) {
            String allowed = check.apply("");
            return required ? Optional.of(allowed == null ? "is required." : "is required, and %s.".formatted(allowed)) : Optional.empty();
        }
        return PlainText.problem(text).or(() -> Optional.ofNullable(check.apply(text))).map("%s."::formatted);
    }

    public static Function<String, String> shortText() {
        return upTo(LONGEST_NAME);
    }

    public static Function<String, String> longText() {
        return upTo(LONGEST_TEXT);
    }

    public static Function<String, String> policyName() {
        return text -> text.length() > LONGEST_NAME || !POLICY_NAME.matcher(text).matches()
            ? "must be 1 to %d letters, digits or _ . -, or an absolute URI without a port".formatted(LONGEST_NAME) : null;
    }

    public static Function<String, String> uuid() {
        return text -> UUID.matcher(text).matches() ? null : "must be a lower-case UUID such as 11111111-2222-3333-4444-555555555555";
    }

    public static Function<String, String> mobileId() {
        return text -> text.length() > LONGEST_NAME || !MOBILE_ID.matcher(text).matches()
            ? "must be 1 to %d letters, digits or . _ -, such as com.example.app".formatted(LONGEST_NAME) : null;
    }

    public static Function<String, String> oneOf(String... allowed) {
        String sentence = (allowed.length == 1 ? "must be " : "must be one of ") + String.join(", ", allowed);
        return text -> Arrays.asList(allowed).contains(text) ? null : sentence;
    }

    public static Function<String, String> oneOf(Set<String> allowed) {
        return oneOf(allowed.toArray(String[]::new));
    }

    public static Function<String, String> someOf(List<String> allowed) {
        return list(item -> allowed.contains(item) ? null
            : "must be one or more of %s, separated by commas".formatted(String.join(", ", allowed)));
    }

    public static Function<String, String> scopes() {
        return list(item -> SCOPE.matcher(item).matches() ? null : "must be scope names, separated by commas");
    }

    public static Function<String, String> redirectUris() {
        return list(Field::redirectUriProblem);
    }

    public static Function<String, String> positive() {
        return text -> text.length() <= LONGEST_NAME && text.matches("0*[1-9][0-9]{0,8}(\\.0+)?") ? null
            : "must be a whole number from 1 to 999999999";
    }

    public static Function<String, String> upTo(int length) {
        return text -> PlainText.tooLong(text, length).orElse(null);
    }

    private static Function<String, String> list(Function<String, String> check) {
        return text -> {
            if (text.length() > LONGEST_LIST) {
                return upTo(LONGEST_LIST).apply(text);
            }
            List<String> items = FlowVariables.split(text);
            if (items.isEmpty()) {
                return "must name at least one, separated by commas";
            }
            if (new TreeSet<>(items).size() < items.size()) {
                return "must not contain duplicates";
            }
            return items.stream().map(check).filter(problem -> problem != null).findFirst().orElse(null);
        };
    }

    private static String redirectUriProblem(String text) {
        String allowed = "must be absolute URIs without wildcard, fragment or user name, such as https://www.example.com or myapp://callback, "
            + "separated by commas";
        try {
            URI uri = URI.create(text);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            boolean good = text.chars().allMatch(c -> c < 128) && uri.getPort() <= LARGEST_PORT && uri.isAbsolute() && !uri.isOpaque()
                && uri.getRawFragment() == null && uri.getRawUserInfo() == null && !text.contains("*")
                && !SecondLook.isOfNoApp(uri.getScheme()) && (!web || uri.getHost() != null);
            return good ? null : allowed;
        } catch (IllegalArgumentException notUri) {
            return allowed;
        }
    }
}
