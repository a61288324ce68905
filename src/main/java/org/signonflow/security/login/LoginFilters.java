package org.signonflow.security.login;

import org.camunda.bpm.engine.IdentityService;
import org.springframework.boot.servlet.filter.OrderedRequestContextFilter;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.Clock;

/** What looks at logins outside of Spring Security, which the web applications' own login passes by. */
@Configuration(proxyBeanMethods = false)
class LoginFilters {

    /** Before Spring Security, which is at -100 and asks who is logged in. */
    @Bean
    FilterRegistrationBean<LiveSessionFilter> liveSessions(IdentityService identities) {
        var registration = new FilterRegistrationBean<>(new LiveSessionFilter(identities));
        registration.setOrder(-110);
        return registration;
    }

    /** Before Spring Security too, so that {@link LoginThrottle} knows who calls. Jersey's, which there would be otherwise, comes later. */
    @Bean
    OrderedRequestContextFilter requestContext() {
        return new OrderedRequestContextFilter();
    }

    @Bean
    LoginThrottle loginThrottle() {
        return new LoginThrottle(Clock.systemUTC());
    }

    /** Before the web applications' own filters, of which the first is at 0, and after Spring Security's at -100. */
    @Bean
    FilterRegistrationBean<WebLoginFilter> webLogin(MyTasksFilter myTasksFilter) {
        var registration = new FilterRegistrationBean<>(new WebLoginFilter(myTasksFilter));
        registration.addUrlPatterns("/camunda/api/admin/auth/user/*");
        registration.setOrder(-50);
        return registration;
    }
}
