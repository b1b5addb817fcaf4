# frozen_string_literal: true

# A shop.
module Shop
  class Order < Base
    attr_reader :lines

    # Makes one.
    def initialize(lines) = @lines = lines

    def self.of(*lines) = new(lines)

    class << self
      # Builds.
      def build
        each do |x|
          def nested; end
        end
      end
    end

    private def secret?; true; end

    define_method(:total) { |a| a }
    SORT = ->(a, b) { a <=> b }
  end
end

class Shop::Error < StandardError; end
