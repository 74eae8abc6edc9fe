#include <iostream>

#include <wescrm/web/rest.hpp>

// Prints the description of the operations that belong to no business module; openapi_lint reads it.
int main() {
    auto catalogue = wescrm::operation::Catalogue{};
    wescrm::operation::add_operations(catalogue);
    std::cout << wescrm::web::openapi(catalogue) << '\n';
}
