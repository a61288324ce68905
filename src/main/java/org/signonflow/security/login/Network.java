package org.signonflow.security.login;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Where a call comes from: the address, or for IPv6 its /64 network, since one machine may use all addresses of it. */
public final class Network {

    private static final int BYTES_OF_NETWORK = 8;
    private static final int LONGEST = 64;
    private static final Pattern IPV4_WITH_PORT = Pattern.compile("^(\\d{1,3}(?:\\.\\d{1,3}){3}):\\d{1,5}$");

    private Network() {
    }

    public static String of(InetAddress address) {
        return address instanceof Inet6Address ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), BYTES_OF_NETWORK))
            : address.getHostAddress();
    }

    /**
     * @param address as reported by the request or by a proxy, which may append the port to an IPv4 address; never resolved as a host name
     */
    public static String of(String address) {
        String host = IPV4_WITH_PORT.matcher(address).replaceFirst("$1");
        try {
            // In brackets, or what a proxy passes on would be resolved as a name.
            return host.contains(":") ? of(InetAddress.getByName("[" + host + "]")) : host;
        } catch (UnknownHostException noAddress) {
            return host.substring(0, Math.min(host.length(), LONGEST));
        }
    }
}
