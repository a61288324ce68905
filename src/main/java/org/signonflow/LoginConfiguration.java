package org.signonflow;

import org.signonflow.engine.PasswordCheck;
import org.signonflow.security.login.LoginThrottle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Has the engine ask before it looks at a password. */
@Configuration(proxyBeanMethods = false)
class LoginConfiguration {

    @Bean
    PasswordCheck passwordCheck(LoginThrottle throttle) {
        return throttle::check;
    }
}
