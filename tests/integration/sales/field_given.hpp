#pragma once
#include "given.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/operations.hpp>
#include <wescrm/sales/operations.hpp>

namespace wescrm::testing {

/// A customer of li with a phone, which his superior sees as well.
struct GivenAPhone : SalesTest {
    GivenAPhone() {
        operation::add_operations(catalogue);
        sales::add_operations(catalogue);
        auto const made = create("li", "宏达科技有限公司", "13800138000").value();
        customer = std::to_string(made.id.value());
    }
    Result<json::Document> perform(operation::Actor const& who, std::string const& operation,
                                   std::string const& input) {
        return db->run_blocking(database::Pool::worker, database::Scope::of(tenant),
                                [&](database::Session& sql) -> Result<json::Document> {
                                    auto const services = operation::Services{&renderer, {}, {}};
                                    auto ctx = operation::Context{sql, who, clock.now(), services};
                                    return catalogue.find(operation)->invoke(ctx, json::parse(input).value());
                                });
    }
    std::string phone_in(Result<json::Document> const& answer) {
        if (!answer) return answer.error().reason;
        return json::find_string(*answer, "mobile").value_or("absent");
    }
    std::string about() const { return R"({"id":")" + customer + "\"}"; }

    operation::Catalogue catalogue;
    std::string customer;
};

}  // namespace wescrm::testing
