#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace wescrm::http {

/// Collects the body of one request, framed by a length or by chunks. Chunks are read strictly: no white space around
/// the size, extensions of at most 256 bytes, no trailer fields, line ends of two bytes, and framing bytes that stay in
/// proportion to the limit.
class BodyReader {
public:
    enum class State { reading, complete, malformed, too_large };

    /// `limit`: bytes of content. A length above it is too_large at once.
    void expect_length(std::uint64_t length, std::size_t limit);
    void expect_chunks(std::size_t limit);

    /// Takes what belongs to the body from the front of `input`, appends the content to `body`, returns the bytes
    /// taken.
    std::size_t put(std::string_view input, std::string& body);
    [[nodiscard]] State state() const noexcept { return state_; }

private:
    enum class Step { size, extension, size_feed, data, data_return, data_feed, end_return, end_feed };

    std::size_t put_data(std::string_view input, std::string& body);
    void put_framing(char c);
    void take_size(char c);
    void begin_chunk();
    void expect(char c, char wanted, Step next);

    State state_ = State::complete;
    Step step_ = Step::data;
    bool is_chunked_ = false;
    std::uint64_t remaining_ = 0;  // of the length, or of the chunk
    std::size_t limit_ = 0;
    std::size_t content_ = 0;  // bytes announced so far
    std::size_t framing_ = 0;  // bytes that are no content
    std::size_t extension_ = 0;
    int digits_ = 0;
};

}  // namespace wescrm::http
