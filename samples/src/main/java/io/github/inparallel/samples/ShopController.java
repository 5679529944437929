package io.github.inparallel.samples;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ShopController {

    private final Prices prices;
    private final Surroundings surroundings;

    ShopController(Prices prices, Surroundings surroundings) {
        this.prices = prices;
        this.surroundings = surroundings;
    }

    @GetMapping("/prices/{item}")
    String price(@PathVariable String item) {
        return prices.price(item);
    }

    @GetMapping("/language")
    String language() {
        return surroundings.language();
    }
}
