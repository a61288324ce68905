package org.signonflow.security.gate;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.signonflow.change.Flow;
import org.signonflow.security.login.Network;
import org.springframework.http.HttpHeaders;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Limits what an unauthenticated request may cost. Runs before every filter and page, so that nothing parses or buffers unbounded input. A
 * body may have up to {@value #LARGEST} bytes, more than any form or query needs; uploads are left to {@link UploadsFilter}, which knows
 * who sends them. Concurrent requests are limited per network.
 */
class RequestLimits extends ValveBase {

    static final int LARGEST = 64 << 10;
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final Pattern UPLOADS = Pattern.compile("/api/roll-outs|(/engine-rest(/engine/[^/]+)?|/camunda/api/engine/engine/[^/]+)"
        + "(/process-definition/(key/)?" + Flow.ROLL_OUT + "[^/]*/(start|submit-form)|" + UploadsFilter.DEPLOYMENT + ")");

    private final int perNetwork;
    private final IncomingBodies incomingBodies = new IncomingBodies();
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    /** @param perNetwork 0 for no limit */
    RequestLimits(int perNetwork) {
        super(true);
        this.perNetwork = perNetwork;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String network = Network.of(request.getRemoteAddr());
        int count = underWay.merge(network, 1, Integer::sum);
        try {
            boolean hasBody = !request.getCoyoteRequest().isFinished();
            if (perNetwork > 0 && count > perNetwork) {
                refuse(request, response, Refusal.TOO_MANY_REQUESTS, "Too many requests from your address at the same time.");
                if (hasBody) {
                    new RequestBody(request, response, incomingBodies).giveUp();
                }
            } else if (hasBody) {
                answer(request, response, new RequestBody(request, response, incomingBodies));
            } else {
                getNext().invoke(request, response);
            }
        } finally {
            underWay.computeIfPresent(network, (from, many) -> many == 1 ? null : many - 1);
        }
    }

    private void answer(Request request, Response response, RequestBody body) throws IOException, ServletException {
        try {
            if (isUpload(request, body)) {
                response.setHeader(HttpHeaders.CONNECTION, "close");
            } else {
                body.receive(LARGEST, LONGEST);
            }
            getNext().invoke(request, response);
        } catch (RequestBody.Refused refused) {
            refuse(request, response, refused.status, refused.getMessage());
        } finally {
            if (body.isReceived()) {
                body.end();
            } else {
                body.giveUp();
            }
        }
    }

    private static boolean isUpload(Request request, RequestBody body) {
        boolean isSmall = body.length() >= 0 && body.length() <= LARGEST;
        return !isSmall && request.getMethod().equals("POST") && UPLOADS.matcher(PlainPathsFilter.plain(request)).matches();
    }

    private static void refuse(Request request, Response response, int status, String sentence) throws IOException {
        response.setHeader(HttpHeaders.CONNECTION, "close");
        Refusal.write(request, response, status, sentence);
    }
}
