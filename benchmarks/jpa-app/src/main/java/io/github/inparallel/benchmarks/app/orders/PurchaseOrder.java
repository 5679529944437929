package io.github.inparallel.benchmarks.app.orders;

import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Entity
class PurchaseOrder {

    @Id
    @GeneratedValue
    private @Nullable Long id;

    private String customer = "";

    @ElementCollection
    private List<String> articles = new ArrayList<>();

    protected PurchaseOrder() {}

    PurchaseOrder(String customer, List<String> articles) {
        this.customer = customer;
        this.articles = new ArrayList<>(articles);
    }

    @Nullable
    Long id() {
        return id;
    }

    String customer() {
        return customer;
    }

    int size() {
        return articles.size();
    }
}
