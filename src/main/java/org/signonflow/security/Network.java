package org.signonflow.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** From where somebody calls: his address, or with IPv6 the network of it, all of whose addresses one machine may take. */
final class Network {

    private static final int BYTES_OF_NETWORK = 8;

    private Network() {
    }

    static String of(InetAddress address) {
        return address instanceof Inet6Address ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), BYTES_OF_NETWORK))
            : address.getHostAddress();
    }

    /** @param address as a request tells it; never looked up as a name */
    static String of(String address) {
        try {
            return address.indexOf(':') < 0 ? address : of(InetAddress.getByName(address));
        } catch (java.net.UnknownHostException noAddress) {
            return address;
        }
    }
}
