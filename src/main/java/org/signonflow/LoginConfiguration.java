package org.signonflow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.ws.rs.WebApplicationException;
import org.signonflow.engine.PasswordCheck;
import org.signonflow.security.login.LoginThrottle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.request.RequestContextHolder;

/** Makes the engine consult the login throttle before it checks a password, and counts failures. */
@Configuration(proxyBeanMethods = false)
class LoginConfiguration {

    @Bean
    PasswordCheck passwordCheck(LoginThrottle throttle, MeterRegistry registry) {
        Counter wrong = failures(registry, "wrong_password");
        Counter refused = failures(registry, "too_many_attempts");
        return (user, password) -> {
            // We look by ourselves whether a password is a known one.
            boolean asked = RequestContextHolder.getRequestAttributes() != null;
            try {
                boolean right = throttle.check(user, password);
                if (asked && !right) {
                    wrong.increment();
                }
                return right;
            } catch (WebApplicationException tooMany) {
                refused.increment();
                throw tooMany;
            }
        };
    }

    private static Counter failures(MeterRegistry registry, String reason) {
        return Counter.builder("signonflow.login.failures").description("Passwords that were not accepted. Per node").tag("reason", reason)
            .register(registry);
    }
}
