package org.signonflow.security.gate;

import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.signonflow.security.login.Network;

import java.net.InetAddress;
import java.nio.channels.SocketChannel;

/**
 * Tomcat's HTTP connector with a limit on connections per network: a client that sends slowly, or nothing at all, can hold a connection
 * indefinitely, and once all are taken nobody else gets in. Tomcat instantiates this class by name.
 */
public class BoundedConnections extends Http11NioProtocol {

    public BoundedConnections() {
        super(new Endpoint());
    }

    /** @param most connections per network; 0 for no limit */
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
