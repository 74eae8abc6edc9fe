#include <wescrm/agenda/operations.hpp>
#include <wescrm/org/operations.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/web/rest.hpp>

#include <iostream>

// Prints the REST description of the whole product; openapi_lint reads it.
int main() {
    auto catalogue = wescrm::operation::Catalogue{};
    wescrm::operation::add_operations(catalogue);
    wescrm::org::add_operations(catalogue);
    wescrm::org::add_handover_operations(catalogue, {});
    wescrm::sales::add_operations(catalogue);
    wescrm::agenda::add_operations(catalogue);
    std::cout << wescrm::web::openapi(catalogue) << '\n';
}
