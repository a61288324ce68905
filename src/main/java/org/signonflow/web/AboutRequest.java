package org.signonflow.web;

import java.util.List;
import org.signonflow.change.Change;
import org.slf4j.MDC;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/** Which change and environment a request is about, in each line that it logs (MDC). Only what was found, never what was asked for. */
final class AboutRequest {

    private static final String CHANGE = "change";
    private static final String ENVIRONMENT = "environment";
    private static final String INSTANCE = "instance";

    private AboutRequest() {
    }

    /** Until the end of the current request, this thread's lines are about the change. */
    static void is(Change change) {
        MDC.put(CHANGE, change.id());
        MDC.put(INSTANCE, change.id());
        MDC.put(ENVIRONMENT, change.environment());
        RequestContextHolder.currentRequestAttributes().registerDestructionCallback(AboutRequest.class.getName(),
            () -> List.of(CHANGE, INSTANCE, ENVIRONMENT).forEach(MDC::remove), RequestAttributes.SCOPE_REQUEST);
    }
}
