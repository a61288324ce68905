package org.signonflow.sandbox;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/** Lets a servlet close the TCP connection without sending another byte, which the servlet API does not support. */
final class HangUp extends ValveBase {

    private static final String NAME = HangUp.class.getName();

    HangUp() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        Runnable hangUp = () -> response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, new IOException("A fault drops the connection"));
        request.setAttribute(NAME, hangUp);
        getNext().invoke(request, response);
    }

    static void on(ServletRequest request) {
        ((Runnable) request.getAttribute(NAME)).run();
    }
}
