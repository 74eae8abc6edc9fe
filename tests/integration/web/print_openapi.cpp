#include "application.hpp"

#include <wescrm/web/rest.hpp>

#include <iostream>

// Prints the REST description of the whole product; openapi_lint reads it.
int main() { std::cout << wescrm::web::openapi(wescrm::server::make_catalogue()) << '\n'; }
