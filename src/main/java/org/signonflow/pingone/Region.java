package org.signonflow.pingone;

import java.net.URI;

/**
 * A PingOne region; each has its own top-level domain and shares nothing with the others.
 *
 * @see <a href="https://developer.pingidentity.com/pingone-api/foundations/conventions.html">PingOne API: conventions</a>
 */
public enum Region {

    /** North America. */
    NA("com"),
    /** Canada. */
    CA("ca"),
    /** Europe. */
    EU("eu"),
    /** Australia. */
    AU("com.au"),
    /** Singapore. */
    SG("sg"),
    /** Asia-Pacific. */
    AP("asia");

    private final String topLevelDomain;

    Region(String topLevelDomain) {
        this.topLevelDomain = topLevelDomain;
    }

    /** Where the region's management API lives, without the version segment: {@code https://api.pingone.eu}. */
    public URI apiUrl() {
        return URI.create("https://api.pingone." + topLevelDomain);
    }

    /** Where the region issues tokens: {@code https://auth.pingone.eu}. */
    public URI authUrl() {
        return URI.create("https://auth.pingone." + topLevelDomain);
    }
}
