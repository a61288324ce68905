package org.signonflow.web;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Login and logout; the session is that of the web applications, which our own pages share. */
@Controller
class LoginPage {

    @GetMapping("/login")
    String login() {
        return "forward:/login.html";
    }

    /** Ends the session of the web applications, which these pages share. */
    @PostMapping("/logout")
    String logout(HttpServletRequest request) {
        if (request.getSession(false) != null) {
            request.getSession(false).invalidate();
        }
        return "redirect:login";
    }
}
