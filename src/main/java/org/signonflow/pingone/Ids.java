package org.signonflow.pingone;

import java.util.regex.Pattern;

/**
 * PingOne's ids are UUIDs. Everything that goes into a path is checked first, so that no process variable or reply can redirect a request.
 *
 * @see <a href="https://developer.pingidentity.com/pingone-api/foundations/conventions.html">PingOne API: conventions</a>
 */
final class Ids {

    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private Ids() {
    }

    static boolean isUuid(String value) {
        return value != null && UUID.matcher(value).matches();
    }

    /**
     * Returns the value if it is a UUID.
     *
     * @throws IllegalArgumentException naming the parameter, not the value: a secret pasted into the wrong field must not end up in a log
     */
    static String requireUuid(String value, String name) {
        if (!isUuid(value)) {
            throw new IllegalArgumentException(name + " must be a UUID such as abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6.");
        }
        return value;
    }
}
