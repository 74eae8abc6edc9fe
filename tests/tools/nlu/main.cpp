// Reads sentences as JSON lines and answers each: `wescrm nlu` without the server around it.
#include <iostream>
#include <string>

#include <wescrm/language/understanding.hpp>

int main() {
    for (auto line = std::string{}; std::getline(std::cin, line);)
        if (!line.empty()) std::cout << wescrm::language::answer_line(line) << "\n";
}
