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
 * What a request may cost before it is known whose it is: before every filter and page, so that nothing parses or keeps what was not
 * bounded. A body is taken up to {@value #LARGEST} bytes, which is more than any form or query has; that of an upload is left to
 * {@link UploadsFilter}, which knows who sends it. From one network so many requests are answered at a time.
 */
class RequestLimits extends ValveBase {

    static final int LARGEST = 64 << 10;
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final Pattern UPLOADS = Pattern.compile("/api/roll-outs|(/engine-rest(/engine/[^/]+)?|/camunda/api/engine/engine/[^/]+)"
        + "(/process-definition/(key/)?" + Flow.ROLL_OUT + "[^/]*/(start|submit-form)|" + UploadsFilter.DEPLOYMENT + ")");

    private final int perNetwork;
    private final Arrivals arrivals = new Arrivals();
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    /** @param perNetwork 0 for any number */
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
                refuse(request, response, Refusal.TOO_MANY_REQUESTS, "Too many requests from your address at once.");
                if (hasBody) {
                    new RequestBody(request, response, arrivals).giveUp();
                }
            } else if (hasBody) {
                answer(request, response, new RequestBody(request, response, arrivals));
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
