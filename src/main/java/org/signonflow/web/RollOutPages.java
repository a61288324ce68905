package org.signonflow.web;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The pages of roll-outs. What they show, and to whom, is up to {@link RollOutsController}. */
@Controller
class RollOutPages {

    @GetMapping("/roll-outs")
    String rollOuts(Model model) {
        model.addAttribute("here", "roll-outs");
        model.addAttribute("script", "roll-outs.js");
        return "roll-outs";
    }

    @GetMapping("/roll-outs/{id}")
    String rollOut(@PathVariable String id, Model model) {
        model.addAttribute("id", id);
        model.addAttribute("root", "../");
        model.addAttribute("script", "roll-out.js");
        return "roll-out";
    }
}
