package org.signonflow.change;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Warns whoever decides about what is allowed but rarely intended: one sentence each, the most serious first. */
public final class SecondLook {

    private static final Set<String> USUAL_SCOPES = Set.of("openid", "profile", "email");
    /** Schemes with a meaning of their own to browsers or operating systems, none of which returns the user to an app. */
    private static final Set<String> OF_NO_APP = Set.of("javascript", "data", "vbscript", "file", "about", "blob", "filesystem", "view-source",
        "jar", "resource", "chrome", "edge", "intent", "android-app", "content", "mailto", "tel", "sms");
    private static final Set<String> UNENCRYPTED = Set.of("http", "ws", "ftp");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    /** PingOne's own applications, by type. */
    private static final Map<String, String> OF_PINGONE = Map.of("PING_ONE_ADMIN_CONSOLE", "admin console",
        "PING_ONE_PORTAL", "application portal", "PING_ONE_SELF_SERVICE", "self-service application");
    private static final int MOST_NAMED = 5;
    private static final int LONGEST_NAME = 200;

    private SecondLook() {
    }

    /** Empty if nothing stands out; at most 3,500 characters in total. */
    public static List<String> marks(TakesEffect data) {
        List<String> marks = new ArrayList<>();
        String ofPingOne = data.application().type() == null ? null : OF_PINGONE.get(data.application().type());
        if (ofPingOne != null) {
            marks.add("This is PingOne's own %s: whoever cannot sign on with the new policy is locked out of it.".formatted(ofPingOne));
        }
        List<String> taken = data.atSamePriority().stream().map(Assigned::shownName).toList();
        if (!taken.isEmpty()) {
            marks.add("Priority %d is taken by %s: PingOne does not say which of them it tries first.".formatted(data.priority(),
                some(taken)));
        }
        if (data.actions().stream().anyMatch(action -> "BYPASS".equals(action.noDevicesMode()))) {
            marks.add("Users without a device sign on without a second factor (noDevicesMode is BYPASS).");
        }
        List<String> unusual = data.grants() == null ? List.of() : data.grants().stream().flatMap(grant -> grant.scopes().stream())
            .filter(scope -> scope.name() == null || !USUAL_SCOPES.contains(scope.name()))
            .map(scope -> scope.name() == null ? "the scope " + scope.id() : scope.name()).toList();
        if (!unusual.isEmpty()) {
            marks.add("The application may ask for more than the usual scopes (openid, profile, email): %s.".formatted(some(unusual)));
        }
        List<String> unsafe = data.application().redirectUris().stream().filter(SecondLook::isUnsafe).toList();
        if (!unsafe.isEmpty()) {
            marks.add("Tokens are sent to redirect URIs that are neither https nor an app's own scheme, or that match more than one place: %s."
                .formatted(some(unsafe)));
        }
        return marks;
    }

    /** Whether no application can ever use this scheme in its redirect URIs. */
    public static boolean isOfNoApp(String scheme) {
        return OF_NO_APP.contains(scheme.toLowerCase(Locale.ROOT));
    }

    private static boolean isUnsafe(String redirectUri) {
        try {
            URI uri = URI.create(redirectUri);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean loopback = scheme.equals("http") && uri.getHost() != null && LOOPBACK.contains(uri.getHost().toLowerCase(Locale.ROOT));
            return redirectUri.contains("*") || uri.getRawUserInfo() != null || scheme.isEmpty() || isOfNoApp(scheme)
                || UNENCRYPTED.contains(scheme) && !loopback;
        } catch (IllegalArgumentException notUri) {
            return true;
        }
    }

    private static String some(List<String> names) {
        String named = names.stream().limit(MOST_NAMED).map(name -> name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME)
            + "...").collect(Collectors.joining(", "));
        return names.size() <= MOST_NAMED ? named : "%s and %,d more".formatted(named, names.size() - MOST_NAMED);
    }
}
