package org.signonflow.sandbox;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;

/** Answers in PingOne's form what does not reach the servlets, such as headers that are too large, where Tomcat would send a page. */
final class JsonErrors extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, Throwable throwable) {
        int status = response.getStatus();
        if (status < HttpServletResponse.SC_BAD_REQUEST || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        String id = UUID.randomUUID().toString();
        Problem problem = status == HttpServletResponse.SC_BAD_REQUEST ? Problem.malformed(List.of()) : Problem.of(status, null);
        try {
            ApiServlet.mark(response, id);
            ApiServlet.send(response, problem.reply(id));
        } catch (IOException hungUp) {
            container.getLogger().debug("Nobody waits for the answer", hungUp);
        }
    }
}
