package org.signonflow.security.gate;

import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.signonflow.security.login.Network;

import java.net.InetAddress;
import java.nio.channels.SocketChannel;

/**
 * Tomcat's HTTP, but one network gets so many connections and no more: what is sent slowly enough, or not at all, holds one for as long as
 * it likes, and when all are taken nobody else comes in. Tomcat makes it by its name.
 */
public class BoundedConnections extends Http11NioProtocol {

    public BoundedConnections() {
        super(new Endpoint());
    }

    /** @param most from one network; 0 for any number */
    void allow(int most) {
        ((Endpoint) getEndpoint()).most = most;
    }

    private static final class Endpoint extends NioEndpoint {

        private volatile int most;

        @Override
        protected boolean setSocketOptions(SocketChannel socket) {
            if (most > 0 && has(socket.socket().getInetAddress())) {
                destroySocket(socket);
                return false;
            }
            return super.setSocketOptions(socket);
        }

        private boolean has(InetAddress address) {
            String network = address == null ? "" : Network.of(address);
            int count = 0;
            for (SocketWrapperBase<?> other : connections.values()) {
                String from = other.getRemoteAddr();
                if (from != null && Network.of(from).equals(network) && ++count >= most) {
                    return true;
                }
            }
            return false;
        }
    }
}
