// Feeds every file of a corpus folder once to a fuzz target: what fuzzing found stays found in every build.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace {

std::string read(std::filesystem::path const& path) {
    auto file = std::ifstream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

int main(int count, char** arguments) {
    auto fed = 0;
    for (auto i = 1; i < count; ++i) {
        for (auto const& entry : std::filesystem::recursive_directory_iterator{arguments[i]}) {
            if (!entry.is_regular_file()) continue;
            auto const text = read(entry.path());
            // A copy of the exact size, so that a sanitizer sees a read beyond the end.
            auto const bytes = std::vector<std::uint8_t>(text.begin(), text.end());
            std::printf("%s (%zu bytes)\n", entry.path().c_str(), bytes.size());
            std::fflush(stdout);
            LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
            ++fed;
        }
    }
    if (fed == 0) {
        std::fputs("no corpus file found\n", stderr);
        return 1;
    }
    std::printf("%d inputs\n", fed);
    return 0;
}
